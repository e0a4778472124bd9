"""Files to models: what recognizes a format, and one folder per framework."""
