"""What page scripts and notebooks import: values, tables, charts, drawings, all in the site's colours."""
