"""What changes a row of this stage: one module for each act."""
