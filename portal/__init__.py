"""The roof: settings, URL map, frame, health, bootstrap."""
