package azurerbac

// part is what one view holds, decoded.
type part struct{}
