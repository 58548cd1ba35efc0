"""The carrier's books beside ours: fetched, kept, matched, and settled by a person where they differ."""
