"""Call lists: whom the line calls with a flow, within what bounds, each call once, and who wants no more of them."""
