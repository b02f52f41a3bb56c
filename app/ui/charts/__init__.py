"""The last minutes as charts: frames a second, age, watts and temperature."""
