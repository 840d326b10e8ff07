"""The starter language model."""
