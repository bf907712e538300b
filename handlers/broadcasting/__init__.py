"""What announcements have in common, wherever they are composed: their words, their checks, their numbers."""
