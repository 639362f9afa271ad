//! What holds of reading as a whole: bounded work on whatever comes, and values that survive a round trip.
mod generate;
mod hostile;
mod property;
mod replies;
mod rules;
mod shapes;
mod written;
