"""Many designs: values varied over a scenario, every cell measured and kept, so that what was begun can go on."""
