//! Faults planted in every clean sample where they fit are found at their place.
