"""Read figures from the cells, and the SQL by which rows become cells."""
