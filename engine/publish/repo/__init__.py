"""A project as a repository of readable code: library objects only, none of ours."""
