"""A month of believable past calls for the demo company, so that its reports have something to tell."""
