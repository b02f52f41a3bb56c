"""Networks: an image goes in, detections come out. Knows nothing of cameras, threads or windows."""
