"""Finding the best candidates without measuring all of them to the end."""
