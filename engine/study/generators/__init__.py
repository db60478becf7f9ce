"""Questions made from a person's own runs: one function for each kind, stored values in, a question or nothing out."""
