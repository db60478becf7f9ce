"""From proved skills to an answered posting. Values in, values out; everything stays on this machine."""
