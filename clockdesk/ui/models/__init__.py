"""Qt item models: ids, cached lines, changes by diff. No widgets."""
