"""Flat rows for Grafana's Infinity data source."""
