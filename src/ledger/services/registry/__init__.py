"""People as they are: what is known of them is corrected, they move, and two entries of one become one."""
