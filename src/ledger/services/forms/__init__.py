"""Forms: workbooks that a subdistrict brings, checked, filled in, and shown as a page to be printed."""
