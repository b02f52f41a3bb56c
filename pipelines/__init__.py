"""The live path and the science of choosing. Knows neither windows nor MQTT."""
