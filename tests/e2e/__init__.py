"""Tests in a browser. A package, so that the one browser lives exactly as long as they do."""
