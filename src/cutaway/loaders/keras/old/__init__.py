"""What files of Keras 1 and 2 say and hold, brought to the words of Keras 3."""
