"""`shipstation soak`: does every order reach ShipStation while servers are killed? A server, a database and a shop of
its own, on this machine only; at the end what was imported is compared with the database, order by order.
"""
