package dev.directmsi.api.http;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketWrapperBase;

/// HTTP/1.1 whose connections can be cut one by one: a thread that waits for a client to read
/// cannot be stopped in any other way before its time is up. Made by its name for TCP.
public final class StreamProtocol extends Http11NioProtocol {

    public StreamProtocol() {
        super();
    }

    StreamProtocol(NioEndpoint endpoint) {
        super(endpoint);
    }

    /// Closes the channel of a connection, which its own thread then notices.
    void cut(String connectionId) throws IOException {
        for (SocketWrapperBase<NioChannel> connection : getEndpoint().getConnections()) {
            if (connection.getServletConnection("", "").getConnectionId().equals(connectionId)) {
                SocketChannel channel = connection.getSocket().getIOChannel();
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }
}
