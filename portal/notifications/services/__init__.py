"""Writing: who is told what, the mails of a day and a week, sending, and what people say about it."""
