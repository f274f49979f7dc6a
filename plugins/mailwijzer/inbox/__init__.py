"""Where readers' questions wait for an editor: durable before they are acknowledged, never published."""
