/* Stands in for the package try-as, so that the transform can say at the import why it cannot be used. */
