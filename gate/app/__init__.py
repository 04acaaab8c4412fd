"""The pipeline: plan, measure, baseline, judge, report."""
