"""The morning report by e-mail: who wants it when, what it says, and that it is sent once a day."""
