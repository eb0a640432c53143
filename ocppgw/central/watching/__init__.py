"""What shows only with time: ages, clocks, figures, suspicions."""
