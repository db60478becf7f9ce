"""Practice: when a question comes back. Values in, values out; the clock is an argument."""
