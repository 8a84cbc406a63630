"""Pictures of figures: Vega-Lite specifications as plain data, and their rendering to SVG."""
