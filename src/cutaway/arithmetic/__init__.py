"""How a number came about: the cells it was made of, and the sum that made it."""
