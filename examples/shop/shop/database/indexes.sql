CREATE INDEX products_best ON products (sold DESC, id);
CREATE INDEX products_shelf ON products (category, sold DESC, id);
CREATE INDEX orders_customer ON orders (customer, id DESC);
