"""Routers compared with chance, with networks alone and with the oracle."""
