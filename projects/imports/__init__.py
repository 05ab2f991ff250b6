"""Reading tables of projects and ``publiccode.yml``; each line is judged before anything is taken over."""
