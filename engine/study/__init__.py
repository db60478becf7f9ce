"""Practice: what is asked and when it comes back. Values in, values out; the clock is an argument."""
