"""Pictures made by the program: handling and hazard labels on parcels, with their truth."""
