"""Tables of Tilmarenne, the omnichannel retailer for home and garden."""
