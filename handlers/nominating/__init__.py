"""What dialogs and the desk share about nominations for commendation."""
