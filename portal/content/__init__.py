"""What editors write: guides, studies, news, legal pages – and what readers answer to it. Built on Wagtail."""
