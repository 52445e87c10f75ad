"""What the portal is measured against; none of it is a dependency of the portal."""
