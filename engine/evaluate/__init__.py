"""What the predictions say about a model: scores beside baselines, curves, calibration, errors, criteria.

Everything here is computed from truth and predictions alone, never from the model, so that a reader who
holds only the predictions can compute it again. Reports are plain values (JSON), made once by a worker;
pages draw them and sentences are made from them.
"""
