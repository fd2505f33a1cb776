"""Files: writers, fingerprints, manifests, metadata, reading back."""
