"""What OCPP costs: messages of charge points, with the store on and off, and beside its peers."""
