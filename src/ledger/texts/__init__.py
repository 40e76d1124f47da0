"""What people read: messages, forms and reports, in each language."""
