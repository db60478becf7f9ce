"""The verbs of the product: one function per button or command, used by the pages and the command line alike.

They check what was asked, write what must be remembered, and start a worker for what takes long.
"""
