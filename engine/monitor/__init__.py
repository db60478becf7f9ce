"""Is the model still good? New rows against those that it learned from: values in, values out.

``measures`` compares one column by the test that suits its kind; ``drift`` judges all columns together;
``multivariate`` tells old rows from new by a classifier; ``performance`` scores labelled new rows and estimates the
score where labels are missing; ``advice`` says what to do; ``report`` puts it together; ``simulate`` cuts a table into
a past and the batches that came after it.
"""
