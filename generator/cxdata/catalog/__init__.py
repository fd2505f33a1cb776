"""Content: the folder most changes touch. Found by a scan, never registered."""
