"""A flow as one file that people read, write and send to each other: no ids, no keys, no secrets.

`describing` says what such a file holds. `outline` is its lines, `writing` and `reading` turn one into the other,
`gathering` reads a flow of this site, `applying` makes one, and `comparing` tells beforehand what that would do.
"""
